data "redpanda_llm_models" "bedrock" {
  provider_type = "LLM_PROVIDER_TYPE_BEDROCK"
  aws_region    = "eu-west-1"
}

output "input_prices" {
  value = { for model in data.redpanda_llm_models.bedrock.models : model.name => model.pricing.input_per_million }
}
