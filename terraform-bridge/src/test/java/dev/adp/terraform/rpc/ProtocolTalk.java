package dev.adp.terraform.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.adp.terraform.cty.Msgpack;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.rpc.ProtoFile.Reading;
import dev.adp.terraform.rpc.ProtoFile.Writing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Asks a provider and reads what it answers, by the names in HashiCorp's own file. */
final class ProtocolTalk {
  /** Taken from the tag v1.15.9 of hashicorp/terraform, docs/plugin-protocol/tfplugin6.proto. */
  static final ProtoFile PROTOCOL = new ProtoFile(file());

  private final SampleProvider provider;
  private final Map<String, Function<byte[], byte[]>> methods;

  ProtocolTalk(SampleProvider provider) {
    this.provider = provider;
    methods = new ProviderCalls<>(provider).methods();
  }

  private static String file() {
    try (InputStream in =
        requireNonNull(ProtocolTalk.class.getResourceAsStream("/tfplugin6.proto"))) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The calls that are answered. */
  Set<String> answered() {
    return methods.keySet();
  }

  static Writing request(String call) {
    return PROTOCOL.write(requireNonNull(PROTOCOL.calls().get(call)).request());
  }

  static Writing about(String call, String name) {
    return request(call).put("type_name", name);
  }

  Reading answer(String call, Writing request) {
    return PROTOCOL.read(
        requireNonNull(PROTOCOL.calls().get(call)).answer(),
        requireNonNull(methods.get(call)).apply(request.bytes()));
  }

  static Writing dynamic(Value value, Type type) {
    return PROTOCOL.write("DynamicValue").put("msgpack", Msgpack.encode(value, type));
  }

  static Value value(Reading dynamic, Type type) {
    return Msgpack.decode(dynamic.bytes("msgpack"), type);
  }

  /** An object of which only the name is given. */
  static Writing named(String name, Type type) {
    return dynamic(Value.Structure.of(Map.of("name", Value.text(name))), type);
  }

  void configure(Value name) {
    Value.Structure config = Value.Structure.of(Map.of("name", name));
    Reading answer =
        answer(
            "ConfigureProvider",
            request("ConfigureProvider")
                .put("terraform_version", "1.11.4")
                .put("config", dynamic(config, provider.schema().type())));
    assertThat(answer.all("diagnostics")).isEmpty();
  }

  static void assertRefused(Reading answer) {
    Reading diagnostic = answer.one("diagnostics");
    assertThat(diagnostic.number("severity"))
        .isEqualTo(PROTOCOL.constant("Diagnostic.Severity", "ERROR"));
    assertThat(diagnostic.text("summary")).isEqualTo("Refused");
    assertThat(diagnostic.text("detail")).isEqualTo("Because of its name.");
    assertThat(diagnostic.one("attribute").one("steps").text("attribute_name")).isEqualTo("name");
  }
}
