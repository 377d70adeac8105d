data "redpanda_llm_provider" "demo" {
  name = "demo"
}

output "base_url" {
  value = data.redpanda_llm_provider.demo.url
}
