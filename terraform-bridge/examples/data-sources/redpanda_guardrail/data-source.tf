resource "redpanda_guardrail" "example" {
  name         = "example-guardrail-data"
  display_name = "Topics"
  bedrock_config = {
    region               = "us-east-1"
    guardrail_identifier = "gr4k7l2m9xyz"
    guardrail_version    = "DRAFT"
  }
}

data "redpanda_guardrail" "example" {
  name = redpanda_guardrail.example.name
}

output "region" {
  value = data.redpanda_guardrail.example.bedrock_config.region
}
