		option.WithHeader("X-Redpanda-Cloud-Token", os.Getenv("GATEWAY_TOKEN")),
