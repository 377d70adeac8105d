/**
 * Server-rendered pages: one class per resource, one template per page, no application in the
 * browser.
 */
@NullMarked
package dev.adp.portal;

import org.jspecify.annotations.NullMarked;
