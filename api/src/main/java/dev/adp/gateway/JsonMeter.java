package dev.adp.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;

/** Meters one JSON answer of any size, keeping only its few telling members. */
final class JsonMeter implements ResponseMeter {
  private static final List<String> TELLING = List.of("usage", "x_groq", "model", "id");
  private static final int VALUE_BYTES_MAX = 65_536;

  private final JsonMembers members = new JsonMembers(Set.copyOf(TELLING), VALUE_BYTES_MAX);

  @Override
  public Buffer accept(Buffer piece) {
    members.accept(piece);
    return piece;
  }

  @Override
  public Buffer end() {
    return Buffer.buffer();
  }

  @Override
  public boolean complete() {
    return false; // The length of the body tells.
  }

  @Override
  public Reported reported() {
    var answer = new JsonObject();
    for (String name : TELLING) {
      members.all(name).forEach(member -> answer.put(name, member.value()));
    }
    return OpenAiUsage.read(answer);
  }
}
