package dev.adp.portal;

import java.util.List;
import java.util.Locale;

/** A message of a turn, with its role as the conventions name it. */
public record SaidMessage(String role, List<SaidPart> parts) {
  public String label() {
    return switch (role.toLowerCase(Locale.ROOT)) {
      case "system", "developer" -> "System";
      case "user" -> "User";
      case "assistant", "model" -> "Assistant";
      case "tool", "function" -> "Tool results";
      default -> role;
    };
  }

  public boolean isOfModel() {
    return label().equals("Assistant");
  }

  public boolean isOfSystem() {
    return label().equals("System");
  }
}
