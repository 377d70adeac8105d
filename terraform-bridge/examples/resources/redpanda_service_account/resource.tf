resource "redpanda_service_account" "example" {
  name         = "example-agent"
  display_name = "An agent"
  role         = "LLMProviderInvoker"
  agent        = true
}
