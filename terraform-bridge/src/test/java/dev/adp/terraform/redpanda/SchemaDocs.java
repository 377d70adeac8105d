package dev.adp.terraform.redpanda;

import dev.adp.terraform.cty.Type;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Attribute.Nesting;
import dev.adp.terraform.schema.Attribute.Shape;
import dev.adp.terraform.schema.Attribute.Usage;
import dev.adp.terraform.schema.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** The schema part of a page of documentation, in the form that the public registry expects. */
final class SchemaDocs {
  /** Objects that have a section of their own further down. */
  private record Section(String path, Attribute attribute) {}

  private final StringBuilder out = new StringBuilder("## Schema\n");
  private final List<Section> sections = new ArrayList<>();

  private SchemaDocs() {}

  static String of(Schema schema) {
    var docs = new SchemaDocs();
    docs.groups(schema.attributes(), "", "\n### ", "\n");
    for (int i = 0; i < docs.sections.size(); i++) { // It grows while it is walked.
      docs.section(docs.sections.get(i));
    }
    return docs.out.toString();
  }

  private void section(Section section) {
    out.append("\n<a id=\"nestedatt--%s\"></a>\n".formatted(section.path().replace(".", "--")));
    out.append("### Nested Schema for `%s`\n".formatted(section.path()));
    if (section.attribute().shape() instanceof Shape.Nested(_, var attributes)) {
      groups(attributes, section.path() + ".", "\n", ":\n");
    }
  }

  private void groups(List<Attribute> attributes, String path, String before, String after) {
    group("Required", attributes, each -> each.usage() == Usage.REQUIRED, path, before, after);
    group(
        "Optional",
        attributes,
        each -> each.usage() == Usage.OPTIONAL || each.usage() == Usage.OPTIONAL_COMPUTED,
        path,
        before,
        after);
    group("Read-Only", attributes, each -> each.usage() == Usage.COMPUTED, path, before, after);
  }

  private void group(
      String title,
      List<Attribute> attributes,
      Predicate<Attribute> chosen,
      String path,
      String before,
      String after) {
    List<Attribute> members =
        attributes.stream().filter(chosen).sorted(Comparator.comparing(Attribute::name)).toList();
    if (members.isEmpty()) {
      return;
    }
    out.append(before).append(title).append(after).append('\n');
    for (Attribute each : members) {
      out.append("- `%s` (%s) %s".formatted(each.name(), kind(each), each.description()));
      each.planned()
          .filter(_ -> each.shape() instanceof Shape.Plain)
          .ifPresent(value -> out.append(" Default: `%s`.".formatted(Defaults.text(value))));
      if (each.shape() instanceof Shape.Nested) {
        String full = path + each.name();
        out.append(
            " (see [below for nested schema](#nestedatt--%s))".formatted(full.replace(".", "--")));
        sections.add(new Section(full, each));
      }
      out.append('\n');
    }
  }

  private static String kind(Attribute attribute) {
    String kind =
        switch (attribute.shape()) {
          case Shape.Plain(var type) -> name(type);
          case Shape.Nested(var nesting, _) -> nested(nesting);
        };
    return kind
        + (attribute.sensitive() ? ", Sensitive" : "")
        + (attribute.writeOnly()
            ? ", [Write-only](https://developer.hashicorp.com/terraform/language/resources/ephemeral#write-only-arguments)"
            : "");
  }

  private static String nested(Nesting nesting) {
    return switch (nesting) {
      case SINGLE -> "Attributes";
      case LIST -> "Attributes List";
      case MAP -> "Attributes Map";
    };
  }

  private static String name(Type type) {
    return switch (type) {
      case Type.Primitive.BOOL -> "Boolean";
      case Type.Primitive primitive ->
          primitive.name().charAt(0) + primitive.name().substring(1).toLowerCase(Locale.ROOT);
      case Type.Dynamic _ -> "Dynamic";
      case Type.ListOf(var element) -> "List of " + name(element);
      case Type.SetOf(var element) -> "Set of " + name(element);
      case Type.MapOf(var element) -> "Map of " + name(element);
      case Type.TupleOf _ -> "Tuple";
      case Type.ObjectOf _ -> "Object";
    };
  }
}
