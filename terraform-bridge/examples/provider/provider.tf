terraform {
  required_version = ">= 1.11"
  required_providers {
    redpanda = {
      source  = "agentic-data-plane/redpanda"
      version = "0.1.0"
    }
  }
}

# The credential comes from REDPANDA_CLIENT_ID and REDPANDA_CLIENT_SECRET.
provider "redpanda" {
  endpoint = "http://localhost:8080"
}
