run "create" {
  assert {
    condition     = redpanda_guardrail.example.state == "ACTIVE"
    error_message = "The guardrail is not in use."
  }

  assert {
    condition     = redpanda_llm_provider.example.guardrail == "example-no-pii"
    error_message = "The provider does not attach the guardrail."
  }
}

# What a change would touch is not known in a plan, and a condition that is not known fails.
run "create_once" {
  command = plan

  assert {
    condition     = redpanda_guardrail.example.updated_at != ""
    error_message = "A second plan changes something."
  }
}
