package dev.adp.terraform.redpanda;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.adp.terraform.cty.Path;
import dev.adp.terraform.schema.Diagnostic;
import dev.adp.terraform.sdk.Refusal;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Every answer that is no success, in words that say what to do about it. */
final class Refusals {
  private Refusals() {}

  /** Reads JSON; whatever is none did not come from a control plane. */
  static JsonObject json(URI endpoint, HttpResponse<String> answer) {
    try {
      JsonElement json = JsonParser.parseString(answer.body());
      if (json.isJsonObject()) {
        return json.getAsJsonObject();
      }
    } catch (JsonParseException _) {
      // As bad as no object.
    }
    throw notAControlPlane(endpoint, answer.statusCode());
  }

  static Refusal of(URI endpoint, Subject subject, HttpResponse<String> answer) {
    String type = answer.headers().firstValue("content-type").orElse("");
    if (!type.startsWith("application/problem+json")) {
      return notAControlPlane(endpoint, answer.statusCode());
    }
    JsonObject problem = json(endpoint, answer);
    String detail = text(problem, "detail");
    return switch (answer.statusCode()) {
      case 401 ->
          refusal(
              "Not signed in",
              "The control plane at %s does not accept the access token: it is wrong, has expired, or its service account was changed. Get a new one, or configure client_id and client_secret."
                  .formatted(endpoint));
      case 403 ->
          refusal(
              "Permission denied",
              "%s. Give the service account that Terraform uses a role that has this permission, or configure another one."
                  .formatted(sentence(detail)));
      case 404 ->
          refusal(
              "%s is gone".formatted(subject),
              "It was deleted outside of Terraform. Plan again to create it anew.");
      case 409 -> conflict(subject, problem, detail);
      case 412 ->
          refusal(
              "%s was changed by someone else".formatted(subject),
              "It has changed since Terraform read it, so nothing was done. Plan again to see what"
                  + " differs.");
      case 422 -> invalid(subject, problem, detail);
      case 429 ->
          refusal(
              "Too many requests",
              "%s. Try again later, or with a smaller -parallelism.".formatted(sentence(detail)));
      default ->
          refusal(
              "The control plane failed",
              "%s: %s. Request id: %s."
                  .formatted(subject, sentence(detail), text(problem, "request_id")));
    };
  }

  private static Refusal conflict(Subject subject, JsonObject problem, String detail) {
    boolean exists = text(problem, "code").equals("ALREADY_EXISTS");
    if (!exists) {
      return refusal("%s is in use".formatted(subject), sentence(detail) + ".");
    }
    return refusal(
        "%s already exists".formatted(subject),
        "Choose another name, or let Terraform manage what is there: terraform import %s.NAME %s"
            .formatted(subject.address(), subject.name()));
  }

  private static Refusal invalid(Subject subject, JsonObject problem, String detail) {
    var diagnostics = new ArrayList<Diagnostic>();
    if (problem.has("errors")) {
      for (JsonElement error : problem.getAsJsonArray("errors")) {
        String field = text(error.getAsJsonObject(), "field");
        String message = text(error.getAsJsonObject(), "message");
        Path path = subject.fields().path(field);
        diagnostics.add(
            Diagnostic.error(
                path,
                "Invalid " + (field.isEmpty() ? subject : field),
                "The control plane refuses %s: %s %s."
                    .formatted(subject, field, sentence(message))));
      }
    }
    return diagnostics.isEmpty()
        ? refusal("Invalid " + subject, sentence(detail) + ".")
        : new Refusal(List.copyOf(diagnostics));
  }

  /** What is to be said when the token issuer answers anything but a token. */
  static Refusal noToken(URI endpoint, HttpResponse<String> answer) {
    if (!answer.headers().firstValue("content-type").orElse("").startsWith("application/json")
        || text(json(endpoint, answer), "error").isEmpty()) {
      return notAControlPlane(endpoint, answer.statusCode());
    }
    if (answer.statusCode() == 401) {
      return new Refusal(
          Diagnostic.error(
              Path.of("client_secret"),
              "Wrong client_id or client_secret",
              "The control plane at %s knows no such credential, or it has expired or was revoked. Give the service account a new one."
                  .formatted(endpoint)));
    }
    return refusal(
        "No access token",
        "The token issuer at %s gives none: %s."
            .formatted(endpoint, sentence(text(json(endpoint, answer), "error_description"))));
  }

  /** What is to be said when no answer came. */
  static Refusal unreachable(URI endpoint, Subject subject, IOException failure) {
    String why =
        switch (failure) {
          case ConnectException _ -> "nothing listens there, or the name is unknown";
          case HttpTimeoutException _ -> "it did not answer in time";
          case SSLException _ ->
              "its TLS certificate is not trusted (configure ca_certificate for a private"
                  + " authority)";
          default -> "the connection broke";
        };
    return new Refusal(
        Diagnostic.error(
            "Cannot reach the control plane",
            "%s: %s at %s. Is endpoint right?".formatted(subject, why, endpoint)));
  }

  private static Refusal notAControlPlane(URI endpoint, int status) {
    if (status >= 502 && status <= 504) {
      return refusal(
          "The control plane is not available",
          "What answers at %s is a proxy that gets no answer from it (status %d). Try again later."
              .formatted(endpoint, status));
    }
    return new Refusal(
        Diagnostic.error(
            "Not a control plane",
            "What answers at %s (status %d) is not the REST API of a control plane. endpoint must be its base URL, for example http://localhost:8080, and not that of the gateway."
                .formatted(endpoint, status)));
  }

  private static Refusal refusal(String summary, String detail) {
    return new Refusal(Diagnostic.error(summary, detail));
  }

  private static String text(JsonObject json, String field) {
    return Optional.ofNullable(json.get(field))
        .filter(JsonElement::isJsonPrimitive)
        .map(JsonElement::getAsString)
        .orElse("");
  }

  private static String sentence(String text) {
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }
}
