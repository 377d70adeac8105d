package dev.adp.terraform.rpc;

import dev.adp.terraform.cty.MalformedValue;
import dev.adp.terraform.cty.Msgpack;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.cty.ValueJson;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.wire.ProtoMessage;
import dev.adp.terraform.wire.ProtoWriter;
import java.util.List;

/** What many messages of the protocol are made of: values, paths, diagnostics. */
final class Wire {
  private static final int DYNAMIC_MSGPACK = 1;
  private static final int DYNAMIC_JSON = 2;

  private Wire() {}

  /** DynamicValue. */
  static ProtoWriter value(Value value, Type type) {
    return new ProtoWriter().bytes(DYNAMIC_MSGPACK, Msgpack.encode(value, type));
  }

  /** DynamicValue; an absent one is null. */
  static Value value(ProtoMessage dynamic, Type type) {
    byte[] msgpack = dynamic.bytes(DYNAMIC_MSGPACK);
    if (msgpack.length > 0) {
      return Msgpack.decode(msgpack, type);
    }
    byte[] json = dynamic.bytes(DYNAMIC_JSON);
    return json.length > 0 ? ValueJson.decode(json, type) : Value.Null.NULL;
  }

  /** DynamicValue of an object that must be there. */
  static Value.Structure object(ProtoMessage dynamic, Type type) {
    if (value(dynamic, type) instanceof Value.Structure object) {
      return object;
    }
    throw new MalformedValue("an object was expected");
  }

  /** AttributePath. */
  static ProtoWriter path(Path path) {
    return new ProtoWriter().messages(1, path.steps().stream().map(Wire::step).toList());
  }

  private static ProtoWriter step(Path.Step step) {
    return switch (step) {
      case Path.Step.Attribute(var name) -> new ProtoWriter().explicit(1, name);
      case Path.Step.Key(var key) -> new ProtoWriter().explicit(2, key);
      case Path.Step.Index(var index) -> new ProtoWriter().explicit(3, index);
    };
  }

  /** Several of Diagnostic. */
  static List<ProtoWriter> diagnostics(Diagnostics diagnostics) {
    return diagnostics.all().stream().map(Wire::diagnostic).toList();
  }

  /**
   * Terraform shows the line of an attribute of the resource itself; of one that is deeper in an
   * object it shows only where the resource begins, so the object is named in its stead.
   */
  private static ProtoWriter diagnostic(Diagnostic diagnostic) {
    var message =
        new ProtoWriter()
            .number(
                1,
                switch (diagnostic.severity()) {
                  case ERROR -> 1;
                  case WARNING -> 2;
                })
            .string(2, diagnostic.summary())
            .string(3, diagnostic.detail());
    return diagnostic.path().steps().isEmpty()
        ? message
        : message.message(4, path(diagnostic.path().first()));
  }
}
