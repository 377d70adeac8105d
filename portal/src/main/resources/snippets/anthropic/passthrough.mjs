  defaultHeaders: { "X-Redpanda-Cloud-Token": process.env.GATEWAY_TOKEN },
