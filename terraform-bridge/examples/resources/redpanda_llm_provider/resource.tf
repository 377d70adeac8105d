variable "openai_api_key" {
  type      = string
  ephemeral = true
}

resource "redpanda_secret" "openai" {
  name                   = "EXAMPLE_OPENAI_API_KEY"
  secret_data_wo         = var.openai_api_key
  secret_data_wo_version = 1
}

resource "redpanda_llm_provider" "openai" {
  name         = "example-openai"
  display_name = "OpenAI"
  openai_config = {
    api_key_ref = redpanda_secret.openai.id
  }
  models = ["gpt-5.4", "gpt-5.4-mini"]
}

# Clients bring their own key for Anthropic.
resource "redpanda_llm_provider" "anthropic" {
  name         = "example-anthropic"
  display_name = "Anthropic"
  anthropic_config = {
    authorization_passthrough = true
  }
}

# Prices of your own, in USD per million tokens.
resource "redpanda_llm_provider" "vllm" {
  name         = "example-vllm"
  display_name = "vLLM"
  openai_compatible_config = {
    base_url = "https://llm.example.com/v1"
  }
  provider_models = {
    "llama-4" = {
      custom_pricing = {
        input_per_million  = 0.10
        output_per_million = 0.40
      }
    }
  }
}

output "base_url" {
  value = redpanda_llm_provider.openai.url
}
