package dev.adp.portal;

import static dev.adp.domain.Permission.SECRET_CREATE;
import static dev.adp.domain.Permission.SECRET_DELETE;
import static dev.adp.domain.Permission.SECRET_UPDATE;
import static java.util.stream.Collectors.joining;

import dev.adp.domain.Failure;
import dev.adp.domain.NewSecret;
import dev.adp.domain.Page;
import dev.adp.domain.Secret;
import dev.adp.domain.SecretRef;
import dev.adp.domain.Violation;
import dev.adp.store.Secrets;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The secret store. Values go in; no page ever shows one. */
final class SecretPages {
  private static final int ROWS_MAX = 50;
  private static final int PAGES_MAX = 100_000;
  private static final int NAMED_MAX = 4;

  private final Secrets secrets;
  private final Views views;
  private final Format format;

  SecretPages(Secrets secrets, Views views, Format format) {
    this.secrets = secrets;
    this.views = views;
    this.format = format;
  }

  void index(RoutingContext ctx) {
    var request = new Request(ctx);
    int number = Math.clamp(ProviderFilter.number(request.query("page")), 1, PAGES_MAX);
    Page<Secret> page = secrets.page(request.actor(), ROWS_MAX, (number - 1) * ROWS_MAX);
    var pager = new Pager(number, ROWS_MAX, page.total(), "secret", format);
    if (number > pager.pages()) {
      views.seeOther(ctx, "/secrets?page=" + pager.pages());
      return;
    }
    views.page(
        ctx,
        200,
        "secrets/index",
        Map.of(
            "secrets", page.rows(), "total", page.total(), "pager", pager, "crumbs", Crumb.NONE));
  }

  void blank(RoutingContext ctx) {
    new Request(ctx).actor().require(SECRET_CREATE);
    creating(ctx, 200, "", List.of());
  }

  void create(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(SECRET_CREATE);
    String name = request.field("name");
    try {
      var secret = NewSecret.ofText(new SecretRef(name), request.raw("value"));
      secrets.create(request.actor(), secret, Map.of());
      Flash.SECRET_CREATED.leave(ctx);
      views.seeOther(ctx, "/secrets");
    } catch (Failure.Invalid invalid) {
      creating(ctx, 422, name, problems(invalid.violations()));
    } catch (Failure.AlreadyExists taken) {
      creating(ctx, 422, name, List.of(new Problem("name", "Name", taken.text())));
    }
  }

  void rotation(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(SECRET_UPDATE);
    rotating(ctx, 200, secret(request), List.of());
  }

  void rotate(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(SECRET_UPDATE);
    SecretRef name = Names.secret(request.path("name"));
    try {
      secrets.replace(
          request.actor(),
          name,
          Optional.of(NewSecret.ofText(name, request.raw("value"))),
          Optional.empty());
      Flash.SECRET_ROTATED.leave(ctx);
      views.seeOther(ctx, "/secrets");
    } catch (Failure.Invalid invalid) {
      rotating(ctx, 422, secret(request), problems(invalid.violations()));
    }
  }

  void deletion(RoutingContext ctx) {
    var request = new Request(ctx);
    request.actor().require(SECRET_DELETE);
    deleting(ctx, 200, secret(request));
  }

  void delete(RoutingContext ctx) {
    var request = new Request(ctx);
    try {
      secrets.delete(request.actor(), Names.secret(request.path("name")));
    } catch (Failure.Conflict _) {
      deleting(ctx, 409, secret(request));
      return;
    }
    Flash.SECRET_DELETED.leave(ctx);
    views.seeOther(ctx, "/secrets");
  }

  private Secret secret(Request request) {
    return secrets.get(request.actor(), Names.secret(request.path("name")));
  }

  private void creating(RoutingContext ctx, int status, String name, List<Problem> problems) {
    form(
        ctx,
        status,
        problems,
        Map.of(
            "title", "Create secret",
            "explanation", "A key that providers refer to by its name.",
            "action", "/secrets",
            "name", name,
            "rotating", false,
            "save", "Create secret"));
  }

  private void rotating(RoutingContext ctx, int status, Secret secret, List<Problem> problems) {
    form(
        ctx,
        status,
        problems,
        Map.of(
            "title",
            "Rotate " + secret.name(),
            "explanation",
            secret.usedBy().isEmpty()
                ? "The old value is gone as soon as the new one is saved."
                : "The next call through %s uses the new value.".formatted(users(secret)),
            "action",
            "/secrets/" + secret.name() + "/rotate",
            "name",
            secret.name().value(),
            "rotating",
            true,
            "save",
            "Rotate secret"));
  }

  private void form(
      RoutingContext ctx, int status, List<Problem> problems, Map<String, Object> particular) {
    var page = new HashMap<String, Object>(particular);
    page.put("errors", Problem.byId(problems));
    page.put("crumbs", List.of(Crumb.SECRETS));
    views.page(ctx, status, "secrets/form", page);
  }

  private void deleting(RoutingContext ctx, int status, Secret secret) {
    String blocked =
        secret.usedBy().isEmpty()
            ? ""
            : "It is used by %s. Point them at another secret first.".formatted(users(secret));
    views.page(
        ctx,
        status,
        "secrets/delete",
        Map.of(
            "title",
            "Delete " + secret.name(),
            "name",
            secret.name().value(),
            "blocked",
            blocked,
            "crumbs",
            List.of(Crumb.SECRETS)));
  }

  private static String users(Secret secret) {
    int all = secret.usedBy().size();
    int named = all > NAMED_MAX ? NAMED_MAX - 1 : all; // "and 1 more" is longer than a name.
    String names =
        secret.usedBy().stream().limit(named).map(Object::toString).collect(joining(", "));
    return named == all ? names : "%s and %d more".formatted(names, all - named);
  }

  private static List<Problem> problems(List<Violation> violations) {
    return violations.stream()
        .map(
            violation ->
                violation.field().equals("secret_data")
                    ? new Problem("value", "Value", violation.message())
                    : new Problem("name", "Name", violation.message()))
        .toList();
  }
}
