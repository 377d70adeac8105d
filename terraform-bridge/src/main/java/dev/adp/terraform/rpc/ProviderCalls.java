package dev.adp.terraform.rpc;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.ConfigCheck;
import dev.adp.terraform.sdk.Provider;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.wire.ProtoMessage;
import dev.adp.terraform.wire.ProtoWriter;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The service {@code tfplugin6.Provider}: every call by its name. Whatever is foreseen is answered
 * with diagnostics; an exception means that this program is broken.
 *
 * @param <C> what the configured provider gives its resources to work with
 */
public final class ProviderCalls<C> {
  /** Full name of the gRPC service. */
  public static final String SERVICE = "tfplugin6.Provider";

  private final Provider<C> provider;
  private final Session<C> session = new Session<>();

  /** Serves a provider. */
  public ProviderCalls(Provider<C> provider) {
    this.provider = provider;
  }

  /** All calls, by name. */
  public Map<String, Function<byte[], byte[]>> methods() {
    var resources = new ResourceCalls<>(provider.resources(), session);
    var others = new OtherCalls<>(provider, session);
    var calls = new TreeMap<String, Function<ProtoMessage, ProtoWriter>>();
    calls.put("GetMetadata", _ -> metadata());
    calls.put("GetProviderSchema", _ -> schemas());
    calls.put("ValidateProviderConfig", this::validate);
    calls.put("ConfigureProvider", this::configure);
    calls.put("StopProvider", _ -> stop());
    calls.put("ValidateResourceConfig", resources::validate);
    calls.put("UpgradeResourceState", resources::upgrade);
    calls.put("ReadResource", resources::read);
    calls.put("PlanResourceChange", resources::plan);
    calls.put("ApplyResourceChange", resources::apply);
    calls.put("ImportResourceState", resources::importState);
    calls.put("ValidateDataResourceConfig", others::validateDataSource);
    calls.put("ReadDataSource", others::readDataSource);
    calls.put("ValidateEphemeralResourceConfig", others::validateEphemeral);
    calls.put("OpenEphemeralResource", others::openEphemeral);
    calls.put("CloseEphemeralResource", others::closeEphemeral);
    calls.put("GetFunctions", _ -> new ProtoWriter().map(1, functions()));
    calls.put("CallFunction", others::callFunction);
    var methods = new TreeMap<String, Function<byte[], byte[]>>();
    calls.forEach(
        (name, call) ->
            methods.put(name, bytes -> call.apply(ProtoMessage.of(bytes)).toByteArray()));
    return methods;
  }

  /** Lets go of what the configured provider holds; there are no calls any more. */
  public void end() {
    session.ifReady(provider::release);
  }

  private ProtoWriter schemas() {
    var resources = new TreeMap<String, ProtoWriter>();
    provider
        .resources()
        .forEach((name, each) -> resources.put(name, SchemaMessages.schema(each.schema())));
    var dataSources = new TreeMap<String, ProtoWriter>();
    provider
        .dataSources()
        .forEach((name, each) -> dataSources.put(name, SchemaMessages.schema(each.schema())));
    var ephemeral = new TreeMap<String, ProtoWriter>();
    provider
        .ephemeralResources()
        .forEach((name, each) -> ephemeral.put(name, SchemaMessages.schema(each.schema())));
    return new ProtoWriter()
        .message(1, SchemaMessages.schema(provider.schema()))
        .map(2, resources)
        .map(3, dataSources)
        .message(6, capabilities())
        .map(7, functions())
        .map(8, ephemeral);
  }

  private ProtoWriter metadata() {
    var answer = new ProtoWriter().message(1, capabilities());
    provider.dataSources().keySet().forEach(name -> answer.message(3, named(name)));
    provider.resources().keySet().forEach(name -> answer.message(4, named(name)));
    provider.functions().keySet().forEach(name -> answer.message(5, named(name)));
    provider.ephemeralResources().keySet().forEach(name -> answer.message(6, named(name)));
    return answer;
  }

  private static ProtoWriter named(String name) {
    return new ProtoWriter().string(1, name);
  }

  /** Deletions are planned too, and no call depends on the schemas having been asked for. */
  private static ProtoWriter capabilities() {
    return new ProtoWriter().bool(1, true).bool(2, true);
  }

  private Map<String, ProtoWriter> functions() {
    var functions = new TreeMap<String, ProtoWriter>();
    provider
        .functions()
        .forEach((name, function) -> functions.put(name, SchemaMessages.function(function)));
    return functions;
  }

  private ProtoWriter validate(ProtoMessage request) {
    Schema schema = provider.schema();
    var diagnostics = new Diagnostics();
    Value.Structure config = Wire.object(request.message(1), schema.type());
    new ConfigCheck(diagnostics).check(schema.attributes(), config, Path.ROOT);
    provider.validate(config, diagnostics);
    return new ProtoWriter().messages(2, Wire.diagnostics(diagnostics));
  }

  private ProtoWriter configure(ProtoMessage request) {
    var diagnostics = new Diagnostics();
    Value.Structure config = Wire.object(request.message(2), provider.schema().type());
    if (config.isWhollyKnown()) {
      try {
        session.configured(provider.configure(config));
      } catch (Refusal refusal) {
        diagnostics.addAll(refusal.diagnostics());
      }
    } else {
      session.waiting();
    }
    return new ProtoWriter().messages(1, Wire.diagnostics(diagnostics));
  }

  /** What runs is let finish, so that nothing is made that the state does not know of. */
  private ProtoWriter stop() {
    session.ifReady(provider::stop);
    return new ProtoWriter();
  }
}
