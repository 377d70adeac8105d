package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.DataSource;
import dev.adp.terraform.sdk.Refusal;

/** {@code redpanda_llm_provider}: one that is there. */
final class LlmProviderData implements DataSource<Client> {
  private static final Schema SCHEMA = LlmProviderAttributes.dataSource();

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public Value.Structure read(Client client, Value.Structure config) {
    String name = Common.name(config);
    Subject subject = Subject.of("LLM provider", name);
    return client
        .get(LlmProviderResource.PATH + "/" + Client.encoded(name), subject)
        .map(json -> client.read(subject, json, LlmProviderJson::readAll))
        .orElseThrow(() -> none(subject));
  }

  static Refusal none(Subject subject) {
    return new Refusal(
        Diagnostic.error(
            Path.of("name"),
            subject + " not found",
            "There is no %s. Its name is its resource ID, as in its URL.".formatted(subject)));
  }
}
