data "redpanda_llm_providers" "enabled" {
  enabled = true
}

output "names" {
  value = data.redpanda_llm_providers.enabled.llm_providers[*].name
}
