package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.sdk.Function;
import java.util.List;

/** {@code provider::redpanda::proxy_url}: where the gateway serves a provider. */
final class ProxyUrlFunction implements Function {
  static final String NAME = "proxy_url";

  @Override
  public String summary() {
    return "The proxy URL of an LLM provider";
  }

  @Override
  public String description() {
    return "The URL at which the gateway serves an LLM provider, from the gateway's base URL and"
        + " the provider's name. It asks no server.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        new Parameter(
            "base", Type.STRING, "Base URL of the gateway, for example `http://localhost:8090`."),
        new Parameter("name", Type.STRING, "Name of the LLM provider."));
  }

  @Override
  public Type result() {
    return Type.STRING;
  }

  @Override
  public Value call(List<Value> arguments) {
    String base = check(0, arguments, "base", Texts.BASE_URL);
    String name = check(1, arguments, "name", Texts.NAME_SYNTAX);
    check(1, arguments, "name", Texts.NAME_LENGTH);
    return Value.text(base.strip().replaceAll("/+$", "") + "/llm/v1/providers/" + name);
  }

  private static String check(
      int position, List<Value> arguments, String name, dev.adp.terraform.schema.Rule rule) {
    Value value = arguments.get(position);
    rule.violation(value)
        .ifPresent(
            message -> {
              throw new BadArgument(position, name + " " + message + ".");
            });
    return value instanceof Value.Text(var text) ? text : "";
  }
}
