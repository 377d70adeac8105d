resource "redpanda_service_account" "example" {
  name         = "example-job"
  display_name = "A job"
  role         = "LLMProviderInvoker"
}

# It is revoked when the run ends and stored nowhere.
ephemeral "redpanda_service_account_credential" "example" {
  service_account = redpanda_service_account.example.name
}

ephemeral "redpanda_gateway_token" "example" {
  client_id     = ephemeral.redpanda_service_account_credential.example.client_id
  client_secret = ephemeral.redpanda_service_account_credential.example.client_secret
}
