/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import org.openrewrite.Recipe;

/** A recipe that is described by one sentence. */
abstract class PortRecipe extends Recipe {
    /** The sentence, with its full stop. */
    abstract String sentence();

    @Override
    public String getDisplayName() {
        return sentence().substring(0, sentence().length() - 1);
    }

    @Override
    public String getDescription() {
        return sentence();
    }
}
