variable "api_key" {
  type      = string
  ephemeral = true
}

# The value is in no plan and in no state. Another version writes it anew.
resource "redpanda_secret" "example" {
  name                   = "EXAMPLE_API_KEY"
  secret_data_wo         = var.api_key
  secret_data_wo_version = 1
  labels = {
    team = "platform"
  }
}
