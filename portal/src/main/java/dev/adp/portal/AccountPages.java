package dev.adp.portal;

import static dev.adp.domain.PasswordChange.CURRENT;
import static dev.adp.domain.PasswordChange.FRESH;
import static dev.adp.domain.PasswordChange.REPEATED;

import dev.adp.domain.Failure;
import dev.adp.domain.PasswordChange;
import dev.adp.domain.Violation;
import dev.adp.http.Refusals;
import dev.adp.store.PortalSessions;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/** What somebody does about himself: for now, changing his password. */
final class AccountPages {
  private static final Map<String, String> LABELS =
      Map.of(
          CURRENT, "Current password",
          FRESH, "New password",
          REPEATED, "New password again");

  private final PortalSessions sessions;
  private final Sessions cookies;
  private final Views views;
  private final Refusals refusals;

  AccountPages(PortalSessions sessions, Sessions cookies, Views views, Refusals refusals) {
    this.sessions = sessions;
    this.cookies = cookies;
    this.views = views;
    this.refusals = refusals;
  }

  void password(RoutingContext ctx) {
    cookies.requirePassword(ctx);
    page(ctx, 200, List.of(), "");
  }

  void changePassword(RoutingContext ctx) {
    var request = new Request(ctx);
    cookies.requirePassword(ctx);
    var change =
        new PasswordChange(request.raw(CURRENT), request.raw(FRESH), request.raw(REPEATED));
    try {
      String token =
          sessions.changePassword(request.session().token(), change, request.actor().origin());
      cookies.renew(ctx, token);
      Flash.PASSWORD_CHANGED.leave(ctx);
      views.seeOther(ctx, "/account/password");
    } catch (Failure.Invalid invalid) {
      recordWrongPassword(ctx, invalid);
      page(ctx, 422, problems(invalid), "");
    } catch (Failure.TooManyRequests later) {
      refusals.record(ctx, request.found(), later);
      ctx.response().putHeader("retry-after", String.valueOf(later.retryAfter().toSeconds()));
      page(ctx, 429, List.of(), later.text());
    }
  }

  /** Whoever uses a session that somebody left open does not know the password. */
  private void recordWrongPassword(RoutingContext ctx, Failure.Invalid invalid) {
    if (invalid.violations().stream().map(Violation::field).anyMatch(CURRENT::equals)) {
      var wrong = new Failure.Unauthenticated("the current password is wrong");
      refusals.record(ctx, new Request(ctx).found(), wrong);
    }
  }

  private static List<Problem> problems(Failure.Invalid invalid) {
    return invalid.violations().stream()
        .map(
            violation ->
                new Problem(
                    violation.field(),
                    LABELS.getOrDefault(violation.field(), violation.field()),
                    violation.message()))
        .toList();
  }

  private void page(RoutingContext ctx, int status, List<Problem> problems, String note) {
    views.page(
        ctx,
        status,
        "account/password",
        Map.of(
            "title",
            "Change password",
            "errors",
            Problem.byId(problems),
            "note",
            note,
            "crumbs",
            Crumb.NONE));
  }
}
