resource "redpanda_guardrail" "example" {
  name         = "example-no-pii"
  display_name = "No personal data"
  bedrock_config = {
    region               = "us-east-1"
    guardrail_identifier = "gr4k7l2m9xyz"
    guardrail_version    = "1"
  }
}

resource "redpanda_llm_provider" "example" {
  name         = "example-bedrock"
  display_name = "Bedrock"
  guardrail    = redpanda_guardrail.example.name
  bedrock_config = {
    region = "us-east-1"
    assume_role = {
      role_arn = "arn:aws:iam::123456789012:role/BedrockRole"
    }
  }
}
