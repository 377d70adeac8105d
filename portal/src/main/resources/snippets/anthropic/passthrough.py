    default_headers={"X-Redpanda-Cloud-Token": os.environ["GATEWAY_TOKEN"]},
