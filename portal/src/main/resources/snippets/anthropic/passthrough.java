          .putHeader("X-Redpanda-Cloud-Token", System.getenv("GATEWAY_TOKEN"))
