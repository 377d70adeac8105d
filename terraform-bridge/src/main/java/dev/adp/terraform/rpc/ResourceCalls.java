package dev.adp.terraform.rpc;

import dev.adp.terraform.cty.MalformedValue;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Type;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.cty.ValueJson;
import dev.adp.terraform.schema.Attribute;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.ConfigCheck;
import dev.adp.terraform.sdk.ManagedResource;
import dev.adp.terraform.sdk.Planner;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.sdk.Settling;
import dev.adp.terraform.sdk.State;
import dev.adp.terraform.sdk.Unfinished;
import dev.adp.terraform.wire.ProtoMessage;
import dev.adp.terraform.wire.ProtoWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls about managed resources. */
final class ResourceCalls<C> {
  private static final int WRITE_ONLY_ALLOWED = 2;
  private static final int PROVIDER_CONFIG_UNKNOWN = 2;

  private final Map<String, ManagedResource<C>> resources;
  private final Session<C> session;

  ResourceCalls(Map<String, ManagedResource<C>> resources, Session<C> session) {
    this.resources = resources;
    this.session = session;
  }

  ProtoWriter validate(ProtoMessage request) {
    ManagedResource<C> resource = resource(request);
    Schema schema = resource.schema();
    var diagnostics = new Diagnostics();
    Value.Structure config = Wire.object(request.message(2), schema.type());
    new ConfigCheck(diagnostics).check(schema.attributes(), config, Path.ROOT);
    resource.validate(config, diagnostics);
    return new ProtoWriter().messages(1, Wire.diagnostics(diagnostics));
  }

  /** Every state that was saved comes by here, also when its schema is the current one. */
  ProtoWriter upgrade(ProtoMessage request) {
    Schema schema = resource(request).schema();
    var diagnostics = new Diagnostics();
    Value state = Value.Null.NULL;
    if (request.number(2) > schema.version()) {
      diagnostics.add(
          Diagnostic.error(
              "State of a newer provider",
              "A newer version of this provider has saved the state of %s. Use that version."
                  .formatted(request.string(1))));
    } else {
      try {
        state = ValueJson.decode(request.message(3).bytes(1), schema.type());
      } catch (MalformedValue _) {
        diagnostics.add(
            Diagnostic.error(
                "Unreadable state",
                "The saved state of a %s is not of the form that this provider saves. Restore the state from a backup, or take the resource out with terraform state rm and import it."
                    .formatted(request.string(1))));
      }
    }
    return new ProtoWriter()
        .message(1, Wire.value(state, schema.type()))
        .messages(2, Wire.diagnostics(diagnostics));
  }

  ProtoWriter read(ProtoMessage request) {
    ManagedResource<C> resource = resource(request);
    Schema schema = resource.schema();
    Value.Structure current = Wire.object(request.message(2), schema.type());
    var answer = new ProtoWriter();
    if (session.isWaiting() && request.message(5).bool(1)) {
      return answer
          .message(1, Wire.value(current, schema.type()))
          .bytes(3, request.bytes(3))
          .message(4, new ProtoWriter().number(1, PROVIDER_CONFIG_UNKNOWN));
    }
    var diagnostics = new Diagnostics();
    Optional<State> state = Optional.of(new State(current, Notes.decode(request.bytes(3))));
    try {
      state =
          resource.read(session.client(), state.get()).map(read -> settled(schema, read, current));
    } catch (Refusal refusal) {
      diagnostics.addAll(refusal.diagnostics());
    }
    Value values = state.isPresent() ? state.get().values() : Value.Null.NULL;
    return answer
        .message(1, Wire.value(values, schema.type()))
        .messages(2, Wire.diagnostics(diagnostics))
        .bytes(3, Notes.encode(state.map(State::notes).orElse(Map.of())));
  }

  ProtoWriter plan(ProtoMessage request) {
    ManagedResource<C> resource = resource(request);
    Schema schema = resource.schema();
    Type type = schema.type();
    Value prior = Wire.value(request.message(2), type);
    Value proposed = Wire.value(request.message(3), type);
    var diagnostics = new Diagnostics();
    var answer = new ProtoWriter();
    Value planned = Value.Null.NULL;
    if (proposed instanceof Value.Structure will) {
      Value.Structure config = Wire.object(request.message(4), type);
      refuseWriteOnly(schema.attributes(), config, request.message(7), diagnostics);
      Planner.Plan plan = Planner.plan(resource, object(prior), will, config, diagnostics);
      planned = plan.planned();
      answer.messages(2, plan.replacing().stream().map(Wire::path).toList());
    } else {
      object(prior).ifPresent(state -> resource.planDeletion(state, diagnostics));
    }
    return answer
        .message(1, Wire.value(planned, type))
        .bytes(3, request.bytes(5))
        .messages(4, Wire.diagnostics(diagnostics));
  }

  private static void refuseWriteOnly(
      List<Attribute> attributes,
      Value.Structure config,
      ProtoMessage capabilities,
      Diagnostics diagnostics) {
    if (capabilities.bool(WRITE_ONLY_ALLOWED)) {
      return;
    }
    for (Attribute attribute : attributes) {
      if (attribute.writeOnly() && !config.get(attribute.name()).isNull()) {
        diagnostics.add(
            Diagnostic.error(
                Path.of(attribute.name()),
                "Write-only attributes need Terraform 1.11",
                "This version of Terraform would save the value. Use 1.11 or newer."));
      }
    }
  }

  ProtoWriter apply(ProtoMessage request) {
    ManagedResource<C> resource = resource(request);
    Schema schema = resource.schema();
    Type type = schema.type();
    Value prior = Wire.value(request.message(2), type);
    Value planned = Wire.value(request.message(3), type);
    var diagnostics = new Diagnostics();
    Map<String, String> notes = Notes.decode(request.bytes(5));
    Optional<State> state = object(prior).map(values -> new State(values, notes));
    try {
      state =
          planned instanceof Value.Structure will
              ? Optional.of(make(resource, state, will, Wire.object(request.message(4), type)))
              : delete(resource, state);
      state.ifPresent(made -> requireKnown(schema, made, diagnostics));
    } catch (Unfinished unfinished) {
      state = Optional.of(unfinished.state());
      diagnostics.addAll(unfinished.diagnostics());
    } catch (Refusal refusal) {
      diagnostics.addAll(refusal.diagnostics());
    }
    Value values = state.isPresent() ? state.get().values() : Value.Null.NULL;
    return new ProtoWriter()
        .message(1, Wire.value(values, type))
        .bytes(2, Notes.encode(state.map(State::notes).orElse(Map.of())))
        .messages(3, Wire.diagnostics(diagnostics));
  }

  private State make(
      ManagedResource<C> resource,
      Optional<State> prior,
      Value.Structure planned,
      Value.Structure config) {
    State made =
        prior.isPresent()
            ? resource.update(session.client(), prior.get(), planned, config)
            : resource.create(session.client(), planned, config);
    return settled(resource.schema(), made, planned);
  }

  private Optional<State> delete(ManagedResource<C> resource, Optional<State> prior) {
    prior.ifPresent(state -> resource.delete(session.client(), state));
    return Optional.empty();
  }

  private static State settled(Schema schema, State state, Value.Structure reference) {
    return new State(
        Settling.settle(schema.attributes(), state.values(), reference), state.notes());
  }

  private static void requireKnown(Schema schema, State state, Diagnostics diagnostics) {
    for (Attribute attribute : schema.attributes()) {
      if (!state.values().get(attribute.name()).isWhollyKnown()) {
        diagnostics.add(
            Diagnostic.error(
                Path.of(attribute.name()),
                "Bug in the provider",
                "The value of %s is still not known after it was applied. Please report this."
                    .formatted(attribute.name())));
      }
    }
  }

  ProtoWriter importState(ProtoMessage request) {
    ManagedResource<C> resource = resource(request);
    var diagnostics = new Diagnostics();
    var answer = new ProtoWriter();
    try {
      State state = resource.imported(id(request.string(2)));
      answer.message(
          1,
          new ProtoWriter()
              .string(1, request.string(1))
              .message(2, Wire.value(state.values(), resource.schema().type()))
              .bytes(3, Notes.encode(state.notes())));
    } catch (Refusal refusal) {
      diagnostics.addAll(refusal.diagnostics());
    }
    return answer.messages(2, Wire.diagnostics(diagnostics));
  }

  private static String id(String given) {
    if (given.isBlank()) {
      throw new Refusal(
          Diagnostic.error(
              "Nothing to import",
              "The id is empty. It is the name of what is there, for example: terraform import"
                  + " ADDRESS my-name"));
    }
    return given;
  }

  private static Optional<Value.Structure> object(Value value) {
    return value instanceof Value.Structure object ? Optional.of(object) : Optional.empty();
  }

  private ManagedResource<C> resource(ProtoMessage request) {
    return Named.require(resources, request.string(1), "resource");
  }
}
