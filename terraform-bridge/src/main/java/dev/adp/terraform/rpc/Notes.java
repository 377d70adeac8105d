package dev.adp.terraform.rpc;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** What a provider keeps beside a state, as bytes that Terraform hands back unseen. */
final class Notes {
  private Notes() {}

  static byte[] encode(Map<String, String> notes) {
    if (notes.isEmpty()) {
      return new byte[0];
    }
    var json = new JsonObject();
    new TreeMap<>(notes).forEach(json::addProperty);
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  static Map<String, String> decode(byte[] bytes) {
    var notes = new TreeMap<String, String>();
    if (bytes.length > 0) {
      JsonParser.parseString(new String(bytes, StandardCharsets.UTF_8))
          .getAsJsonObject()
          .asMap()
          .forEach((name, value) -> notes.put(name, value.getAsString()));
    }
    return notes;
  }
}
