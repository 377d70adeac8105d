package dev.adp.terraform.rpc;

import dev.adp.terraform.cty.Path;
import dev.adp.terraform.cty.Value;
import dev.adp.terraform.schema.Diagnostics;
import dev.adp.terraform.schema.Schema;
import dev.adp.terraform.sdk.ConfigCheck;
import dev.adp.terraform.sdk.DataSource;
import dev.adp.terraform.sdk.EphemeralResource;
import dev.adp.terraform.sdk.Function;
import dev.adp.terraform.sdk.Provider;
import dev.adp.terraform.sdk.Refusal;
import dev.adp.terraform.sdk.Settling;
import dev.adp.terraform.wire.ProtoMessage;
import dev.adp.terraform.wire.ProtoWriter;
import java.util.ArrayList;
import java.util.List;

/** The calls about data sources, ephemeral resources and functions. */
final class OtherCalls<C> {
  private static final int PROVIDER_CONFIG_UNKNOWN = 2;

  private final Provider<C> provider;
  private final Session<C> session;

  OtherCalls(Provider<C> provider, Session<C> session) {
    this.provider = provider;
    this.session = session;
  }

  ProtoWriter validateDataSource(ProtoMessage request) {
    DataSource<C> source = dataSource(request);
    var diagnostics = new Diagnostics();
    Value.Structure config = Wire.object(request.message(2), source.schema().type());
    new ConfigCheck(diagnostics).check(source.schema().attributes(), config, Path.ROOT);
    source.validate(config, diagnostics);
    return new ProtoWriter().messages(1, Wire.diagnostics(diagnostics));
  }

  ProtoWriter readDataSource(ProtoMessage request) {
    DataSource<C> source = dataSource(request);
    Schema schema = source.schema();
    Value.Structure config = Wire.object(request.message(2), schema.type());
    if (session.isWaiting() && request.message(4).bool(1)) {
      return new ProtoWriter()
          .message(1, Wire.value(config, schema.type()))
          .message(3, new ProtoWriter().number(1, PROVIDER_CONFIG_UNKNOWN));
    }
    var diagnostics = new Diagnostics();
    Value state = Value.Null.NULL;
    try {
      Value.Structure read = source.read(session.client(), config);
      state = Settling.settle(schema.attributes(), read, config);
    } catch (Refusal refusal) {
      diagnostics.addAll(refusal.diagnostics());
    }
    return new ProtoWriter()
        .message(1, Wire.value(state, schema.type()))
        .messages(2, Wire.diagnostics(diagnostics));
  }

  ProtoWriter validateEphemeral(ProtoMessage request) {
    EphemeralResource<C> resource = ephemeral(request);
    var diagnostics = new Diagnostics();
    Value.Structure config = Wire.object(request.message(2), resource.schema().type());
    new ConfigCheck(diagnostics).check(resource.schema().attributes(), config, Path.ROOT);
    return new ProtoWriter().messages(1, Wire.diagnostics(diagnostics));
  }

  ProtoWriter openEphemeral(ProtoMessage request) {
    EphemeralResource<C> resource = ephemeral(request);
    Schema schema = resource.schema();
    Value.Structure config = Wire.object(request.message(2), schema.type());
    if (session.isWaiting() && request.message(3).bool(1)) {
      return new ProtoWriter().message(5, new ProtoWriter().number(1, PROVIDER_CONFIG_UNKNOWN));
    }
    var diagnostics = new Diagnostics();
    var answer = new ProtoWriter();
    try {
      EphemeralResource.Opened opened = resource.open(session.client(), config);
      answer
          .message(3, Wire.value(opened.values(), schema.type()))
          .bytes(4, Notes.encode(opened.notes()));
    } catch (Refusal refusal) {
      diagnostics.addAll(refusal.diagnostics());
      answer.message(3, Wire.value(Value.Null.NULL, schema.type()));
    }
    return answer.messages(1, Wire.diagnostics(diagnostics));
  }

  ProtoWriter closeEphemeral(ProtoMessage request) {
    var diagnostics = new Diagnostics();
    try {
      ephemeral(request).close(session.client(), Notes.decode(request.bytes(2)));
    } catch (Refusal refusal) {
      diagnostics.addAll(refusal.diagnostics());
    }
    return new ProtoWriter().messages(1, Wire.diagnostics(diagnostics));
  }

  ProtoWriter callFunction(ProtoMessage request) {
    Function function = Named.require(provider.functions(), request.string(1), "function");
    List<ProtoMessage> given = request.messages(2);
    var arguments = new ArrayList<Value>();
    for (int i = 0; i < given.size(); i++) {
      arguments.add(Wire.value(given.get(i), function.parameters().get(i).type()));
    }
    try {
      return new ProtoWriter().message(1, Wire.value(function.call(arguments), function.result()));
    } catch (Function.BadArgument bad) {
      var error =
          new ProtoWriter().string(1, String.valueOf(bad.getMessage())).explicit(2, bad.position());
      return new ProtoWriter().message(2, error);
    }
  }

  private DataSource<C> dataSource(ProtoMessage request) {
    return Named.require(provider.dataSources(), request.string(1), "data source");
  }

  private EphemeralResource<C> ephemeral(ProtoMessage request) {
    return Named.require(provider.ephemeralResources(), request.string(1), "ephemeral resource");
  }
}
