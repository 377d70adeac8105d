package dev.adp.portal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a browser would send of the provider form on a page, buttons aside. */
final class FormFields {
  private static final Pattern FIELD =
      Pattern.compile(
          "<input ([^>]*)>|<textarea ([^>]*)>([^<]*)</textarea>|<select ([^>]*)>(.*?)</select>",
          Pattern.DOTALL);
  private static final Pattern CHOSEN = Pattern.compile("value=\"([^\"]*)\"[^>]*selected");

  private FormFields() {}

  static String[] of(String page) {
    int start = page.indexOf("id=\"provider-form\"");
    String form = page.substring(start, page.indexOf("</form>", start));
    var fields = new ArrayList<String>();
    for (Matcher field = FIELD.matcher(form); field.find(); ) {
      if (field.group(1) != null) {
        addInput(fields, field.group(1));
      } else if (field.group(2) != null) {
        add(fields, attribute(field.group(2), "name"), field.group(3));
      } else {
        Matcher chosen = CHOSEN.matcher(field.group(5));
        add(fields, attribute(field.group(4), "name"), chosen.find() ? chosen.group(1) : "");
      }
    }
    return fields.toArray(String[]::new);
  }

  private static void addInput(List<String> fields, String attributes) {
    boolean box = attributes.contains("type=\"radio\"") || attributes.contains("\"checkbox\"");
    String name = attribute(attributes, "name");
    if (!"csrf".equals(name) && (!box || attributes.contains("checked"))) {
      String value = attribute(attributes, "value");
      add(fields, name, value == null ? (box ? "on" : "") : value);
    }
  }

  private static void add(List<String> fields, @Nullable String name, String value) {
    if (name != null) {
      fields.add(name);
      fields.add(value.replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&"));
    }
  }

  private static @Nullable String attribute(String attributes, String name) {
    Matcher matcher = Pattern.compile("(?:^|\\s)" + name + "=\"([^\"]*)\"").matcher(attributes);
    return matcher.find() ? matcher.group(1) : null;
  }
}
