package dev.adp.portal;

import io.vertx.ext.web.RoutingContext;

/** What every kind of resource that people manage by forms has, and where: see {@link Portal}. */
interface ResourcePages {
  /** The list. */
  void index(RoutingContext ctx);

  /** An empty form. */
  void blank(RoutingContext ctx);

  void create(RoutingContext ctx);

  /** The form with what is stored. */
  void edit(RoutingContext ctx);

  void update(RoutingContext ctx);

  void delete(RoutingContext ctx);
}
