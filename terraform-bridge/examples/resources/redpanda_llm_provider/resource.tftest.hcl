run "create" {
  assert {
    condition     = endswith(redpanda_llm_provider.openai.url, "/llm/v1/providers/example-openai")
    error_message = "The proxy URL does not end with the name."
  }

  assert {
    condition     = redpanda_llm_provider.vllm.provider_models["llama-4"].custom_pricing.input_per_million == 0.1
    error_message = "The price is not the one that was given."
  }
}

# What a change would touch is not known in a plan, and a condition that is not known fails.
run "create_once" {
  command = plan

  assert {
    condition     = redpanda_llm_provider.openai.updated_at != ""
    error_message = "A second plan changes something."
  }
}
