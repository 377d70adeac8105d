package dev.adp.terraform.rpc;

import dev.adp.terraform.cty.TypeJson;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Nesting;
import dev.adp.terraform.schema.Attribute.Shape;
import dev.adp.terraform.schema.Attribute.Usage;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.Function;
import dev.adp.terraform.wire.ProtoWriter;

/** Schemas and functions as Terraform reads them. */
final class SchemaMessages {
  private static final long MARKDOWN = 1;

  private SchemaMessages() {}

  static ProtoWriter schema(Schema schema) {
    var block =
        new ProtoWriter()
            .number(1, schema.version())
            .messages(2, schema.attributes().stream().map(SchemaMessages::attribute).toList())
            .string(4, schema.description())
            .number(5, MARKDOWN);
    return new ProtoWriter().number(1, schema.version()).message(2, block);
  }

  private static ProtoWriter attribute(Attribute attribute) {
    var message =
        new ProtoWriter()
            .string(1, attribute.name())
            .string(3, attribute.description())
            .bool(4, attribute.usage() == Usage.REQUIRED)
            .bool(
                5,
                attribute.usage() == Usage.OPTIONAL || attribute.usage() == Usage.OPTIONAL_COMPUTED)
            .bool(6, attribute.isComputed())
            .bool(7, attribute.sensitive())
            .number(8, MARKDOWN)
            .bool(9, !attribute.deprecation().isEmpty())
            .bool(11, attribute.writeOnly());
    return switch (attribute.shape()) {
      case Shape.Plain(var type) -> message.bytes(2, TypeJson.encode(type));
      case Shape.Nested(var nesting, var attributes) ->
          message.message(
              10,
              new ProtoWriter()
                  .messages(1, attributes.stream().map(SchemaMessages::attribute).toList())
                  .number(3, nesting(nesting)));
    };
  }

  private static long nesting(Nesting nesting) {
    return switch (nesting) {
      case SINGLE -> 1;
      case LIST -> 2;
      case MAP -> 4;
    };
  }

  static ProtoWriter function(Function function) {
    return new ProtoWriter()
        .messages(1, function.parameters().stream().map(SchemaMessages::parameter).toList())
        .message(3, new ProtoWriter().bytes(1, TypeJson.encode(function.result())))
        .string(4, function.summary())
        .string(5, function.description())
        .number(6, MARKDOWN);
  }

  private static ProtoWriter parameter(Function.Parameter parameter) {
    return new ProtoWriter()
        .string(1, parameter.name())
        .bytes(2, TypeJson.encode(parameter.type()))
        .string(5, parameter.description())
        .number(6, MARKDOWN);
  }
}
