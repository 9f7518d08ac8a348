/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.internal.start;

import dev.millrace.MillraceConf;
import dev.millrace.internal.conf.Options;
import dev.millrace.internal.conf.Settings;
import dev.millrace.streaming.event.StreamingListener;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;

/**
 * The listeners that a configuration names, made for one start.
 *
 * @param made those that could be made
 * @param problems what is wrong with the others
 */
record ExtraListeners(List<StreamingListener> made, List<String> problems) {
    private static final String KEY = Options.EXTRA_LISTENERS.key();

    static ExtraListeners of(Settings settings, MillraceConf conf) {
        ExtraListeners all = new ExtraListeners(new ArrayList<>(), new ArrayList<>());
        settings.get(Options.EXTRA_LISTENERS).forEach(name -> all.make(name, conf));
        return all;
    }

    private void make(String name, MillraceConf conf) {
        try {
            Class<?> type = Class.forName(name, true, loader());
            if (!StreamingListener.class.isAssignableFrom(type)) {
                problems.add(KEY + " names " + name + ", which is no StreamingListener; let it implement"
                        + " dev.millrace.streaming.event.StreamingListener");
            } else {
                made.add((StreamingListener) instance(type, conf));
            }
        } catch (ClassNotFoundException e) {
            problems.add(KEY + " names " + name + ", which is not on the class path; correct the name, or add its jar");
        } catch (InvocationTargetException | ExceptionInInitializerError e) {
            problems.add(KEY + " names " + name + ", which threw " + (e.getCause() == null ? e : e.getCause())
                    + " when it was made; correct it");
        } catch (ReflectiveOperationException | LinkageError e) {
            problems.add(KEY + " names " + name
                    + ", which cannot be made: " + e
                    + "; make the class public, with a public constructor that takes the"
                    + " MillraceConf or nothing");
        }
    }

    private static Object instance(Class<?> type, MillraceConf conf) throws ReflectiveOperationException {
        try {
            return type.getConstructor(MillraceConf.class).newInstance(conf);
        } catch (NoSuchMethodException e) {
            return type.getConstructor().newInstance();
        }
    }

    private static ClassLoader loader() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread != null ? ofThread : ExtraListeners.class.getClassLoader();
    }
}
