package dev.adp.e2e;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One running demo and one upstream for all test classes that do not need their own. */
final class World implements ParameterResolver {
  /** Name of the secret that opens the upstream. */
  static final String SECRET = "AIMOCK_API_KEY";

  /** What the extension hands out. */
  record Shared(Program program, Aimock aimock) implements AutoCloseable {
    static Shared start() {
      Shared shared = new Shared(Program.prepared("demo").start(), Aimock.start());
      putSecret(shared.program.rest(), SECRET, Aimock.API_KEY);
      return shared;
    }

    @Override
    public void close() {
      program.close();
      aimock.close();
    }
  }

  static void putSecret(Rest rest, String name, String value) {
    rest.post(
        "/v1/secrets",
        new JsonObject()
            .put("id", name)
            .put(
                "secret_data",
                Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8))));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return List.of(Program.class, Aimock.class, Chromium.class).contains(type);
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store = context.getRoot().getStore(Namespace.create(World.class));
    if (parameter.getParameter().getType() == Chromium.class) {
      return store.computeIfAbsent(Chromium.class, _ -> Chromium.start(), Chromium.class);
    }
    Shared shared = store.computeIfAbsent(Shared.class, _ -> Shared.start(), Shared.class);
    shared.program().requireRunning();
    return parameter.getParameter().getType() == Program.class ? shared.program() : shared.aimock();
  }
}
