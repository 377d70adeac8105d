package dev.adp;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Reads the YAML files of this module as the JSON that they stand for. */
final class Manifests {
  private static final String MERGE = "<<";
  private static final Gson GSON = new GsonBuilder().serializeNulls().create();

  private Manifests() {}

  /** The documents of a file, merge keys resolved. */
  static List<JsonObject> read(Path file) {
    var documents = new ArrayList<JsonObject>();
    try {
      var load = new Load(LoadSettings.builder().setLabel(file.toString()).build());
      for (Object document : load.loadAllFromString(Files.readString(file))) {
        documents.add(merged(GSON.toJsonTree(document)).getAsJsonObject());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return documents;
  }

  private static JsonElement merged(JsonElement element) {
    if (element.isJsonArray()) {
      var array = new JsonArray();
      element.getAsJsonArray().forEach(each -> array.add(merged(each)));
      return array;
    }
    if (!element.isJsonObject()) {
      return element;
    }
    var object = new JsonObject();
    JsonElement inherited = element.getAsJsonObject().get(MERGE);
    if (inherited != null) {
      merged(inherited).getAsJsonObject().asMap().forEach(object::add);
    }
    for (Map.Entry<String, JsonElement> member : element.getAsJsonObject().entrySet()) {
      if (!member.getKey().equals(MERGE)) {
        object.add(member.getKey(), merged(member.getValue()));
      }
    }
    return object;
  }

  /** What is at a path of names; fails where there is nothing. */
  static JsonElement at(JsonElement top, String... path) {
    JsonElement found = top;
    for (String name : path) {
      JsonElement next = found.getAsJsonObject().get(name);
      if (next == null) {
        throw new AssertionError("no \"%s\" in %s".formatted(name, found));
      }
      found = next;
    }
    return found;
  }

  static String text(JsonElement top, String... path) {
    return at(top, path).getAsString();
  }

  static Stream<JsonObject> each(JsonElement top, String... path) {
    return StreamSupport.stream(at(top, path).getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject);
  }
}
