package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.DataSource;

/** {@code redpanda_guardrail}: one that is there. */
final class GuardrailData implements DataSource<Client> {
  private static final Schema SCHEMA = GuardrailResource.dataSource();

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public Value.Structure read(Client client, Value.Structure config) {
    String name = Common.name(config);
    Subject subject = Subject.of("guardrail", name);
    return client
        .get(GuardrailResource.PATH + "/" + Client.encoded(name), subject)
        .map(json -> client.read(subject, json, GuardrailResource::values))
        .orElseThrow(() -> LlmProviderData.none(subject));
  }
}
