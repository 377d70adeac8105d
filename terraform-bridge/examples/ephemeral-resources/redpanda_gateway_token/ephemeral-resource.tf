# A token of the service account that Terraform itself uses.
ephemeral "redpanda_gateway_token" "example" {}
