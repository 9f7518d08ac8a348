/* SPDX-License-Identifier: Apache-2.0 */
package dev.millrace.port;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.openrewrite.ExecutionContext;
import org.openrewrite.ScanningRecipe;
import org.openrewrite.Tree;
import org.openrewrite.TreeVisitor;
import org.openrewrite.java.JavaIsoVisitor;
import org.openrewrite.java.tree.Expression;
import org.openrewrite.java.tree.J;
import org.openrewrite.java.tree.JLeftPadded;
import org.openrewrite.java.tree.JavaType;
import org.openrewrite.java.tree.Space;
import org.openrewrite.java.tree.TypeUtils;
import org.openrewrite.marker.Markers;

/** What a configuration must say here that it need not say there, and the keys in code. */
public final class PortConf extends ScanningRecipe<PortConf.Sources> {
    /** Inputs whose records go to a log. */
    private static final Set<String> LOGGED = Set.of("receiverStream", "socketStream", "rawSocketStream");

    /** The facts that are known of the streams of a source file, or of several. */
    private static final class Streams {
        private boolean main;
        private boolean made;
        private boolean checkpointed;
        private final Set<String> keptTypes = new TreeSet<>();

        /** True of a program that stands in one file; what its neighbours do does not concern it. */
        boolean isProgram() {
            return main && made;
        }

        void add(Streams other) {
            checkpointed |= other.checkpointed;
            keptTypes.addAll(other.keptTypes);
        }
    }

    /** The facts that are known of all sources. */
    static final class Sources {
        private final Map<Path, Streams> files = new ConcurrentHashMap<>();

        private Streams of(Path file) {
            Streams own = files.getOrDefault(file, new Streams());
            if (own.isProgram()) {
                return own;
            }
            Streams all = new Streams();
            files.values().forEach(all::add);
            return all;
        }
    }

    /** For the loader of recipes. */
    public PortConf() {}

    @Override
    public String getDisplayName() {
        return "Configurations say what was said elsewhere";
    }

    @Override
    public String getDescription() {
        return "A configuration names the master that `spark-submit` gave, derives names, declares types, and has our keys.";
    }

    @Override
    public Sources getInitialValue(ExecutionContext context) {
        return new Sources();
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getScanner(Sources sources) {
        return new JavaIsoVisitor<>() {
            private Streams streams = new Streams();

            @Override
            public J.CompilationUnit visitCompilationUnit(J.CompilationUnit file, ExecutionContext context) {
                streams = sources.files.computeIfAbsent(file.getSourcePath(), path -> new Streams());
                return super.visitCompilationUnit(file, context);
            }

            @Override
            public J.MethodDeclaration visitMethodDeclaration(J.MethodDeclaration method, ExecutionContext context) {
                streams.main |= method.getSimpleName().equals("main");
                return super.visitMethodDeclaration(method, context);
            }

            @Override
            public J.NewClass visitNewClass(J.NewClass made, ExecutionContext context) {
                streams.made |= Spark.is(made.getType(), Spark.STREAMING_CONTEXT);
                return super.visitNewClass(made, context);
            }

            @Override
            public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, ExecutionContext context) {
                boolean onContext = Spark.on(call, Spark.STREAMING_CONTEXT, Spark.SCALA_STREAMING_CONTEXT);
                boolean onStream = Spark.on(call, Spark.STREAMING + "api.java.JavaDStreamLike");
                String method = call.getSimpleName();
                streams.checkpointed |=
                        onContext && Set.of("checkpoint", "getOrCreate").contains(method);
                if (onStream && keeps(method) || onContext && LOGGED.contains(method)) {
                    ownClasses(call.getType(), streams.keptTypes, 0);
                }
                return super.visitMethodInvocation(call, context);
            }
        };
    }

    private static boolean keeps(String operation) {
        return operation.equals("updateStateByKey")
                || operation.equals("mapWithState")
                || operation.equals("window")
                || operation.endsWith("AndWindow")
                || operation.endsWith("ByWindow");
    }

    /** The program's own classes among what the type is made of. */
    private static void ownClasses(@Nullable JavaType type, Set<String> into, int depth) {
        if (type instanceof JavaType.Parameterized parameterized && depth < 8) {
            parameterized.getTypeParameters().forEach(part -> ownClasses(part, into, depth + 1));
        }
        JavaType.FullyQualified named = TypeUtils.asFullyQualified(type);
        if (named != null && depth > 0 && !(type instanceof JavaType.Unknown)) {
            String name = named.getFullyQualifiedName();
            if (!name.startsWith("java.") && !Spark.has(name)) {
                into.add(name);
            }
        }
    }

    @Override
    public TreeVisitor<?, ExecutionContext> getVisitor(Sources sources) {
        return new ConfVisitor(sources);
    }

    private static final class ConfVisitor extends NotingVisitor {
        private final Sources sources;
        private Streams streams = new Streams();
        private boolean namesMaster;

        ConfVisitor(Sources sources) {
            this.sources = sources;
        }

        @Override
        public J visitCompilationUnit(J.CompilationUnit file, ExecutionContext context) {
            namesMaster = namesMaster(file);
            streams = sources.of(file.getSourcePath());
            return super.visitCompilationUnit(file, context);
        }

        private static boolean namesMaster(J.CompilationUnit file) {
            Set<String> found = new TreeSet<>();
            new JavaIsoVisitor<Set<String>>() {
                @Override
                public J.MethodInvocation visitMethodInvocation(J.MethodInvocation call, Set<String> into) {
                    if (call.getSimpleName().equals("setMaster") && Spark.on(call, Spark.CONF)) {
                        into.add("setMaster");
                    }
                    return super.visitMethodInvocation(call, into);
                }

                @Override
                public J.Literal visitLiteral(J.Literal literal, Set<String> into) {
                    if ("spark.master".equals(literal.getValue())) {
                        into.add("spark.master");
                    }
                    return literal;
                }
            }.visit(file, found);
            return !found.isEmpty();
        }

        @Override
        public J visitNewClass(J.NewClass made, ExecutionContext context) {
            J inside = super.visitNewClass(made, context);
            if (!(inside instanceof J.NewClass conf)
                    || conf.getBody() != null
                    || !TypeUtils.isOfClassType(conf.getType(), Spark.CONF)) {
                return inside;
            }
            Expression said = readsProperties(conf);
            if (!namesMaster) {
                note("spark-submit gave the master; where -Dspark.master=... gives none, this process computes");
                said = chained(said, "setIfMissing", Trees.text("millrace.master"), Trees.text("local[*]"));
            }
            if (streams.checkpointed) {
                note("names come from the program's shape, which must stay; take this out once all is .named(...)");
                said = chained(said, "set", Trees.text("millrace.streaming.names"), Trees.text("derived"));
                if (!streams.keptTypes.isEmpty()) {
                    said = chained(said, "registerTypes", classes());
                }
            }
            return said;
        }

        /** There a configuration reads system properties unless it is told not to, and here if it is told to. */
        private static J.NewClass readsProperties(J.NewClass conf) {
            boolean silent =
                    conf.getArguments().isEmpty() || conf.getArguments().get(0) instanceof J.Empty;
            J.Literal yes = new J.Literal(
                    Tree.randomId(), Space.EMPTY, Markers.EMPTY, true, "true", null, JavaType.Primitive.Boolean);
            return silent ? conf.withArguments(List.of(yes)) : conf;
        }

        private static Expression chained(Expression conf, String name, Expression... arguments) {
            JavaType.@Nullable Method like = Trees.method(conf.getType(), "setMaster");
            return Trees.call(conf, name, like == null ? null : like.withName(name), arguments);
        }

        private Expression[] classes() {
            List<Expression> classes = new ArrayList<>();
            for (String name : streams.keptTypes) {
                String outermost = name.contains("$") ? name.substring(0, name.indexOf('$')) : name;
                if (outermost.contains(".")) {
                    maybeAddImport(outermost, false);
                }
                J.Identifier type = Trees.typeName(name);
                classes.add(classOf(type.withSimpleName(type.getSimpleName().replace('$', '.'))));
            }
            return classes.toArray(Expression[]::new);
        }

        private static Expression classOf(J.Identifier type) {
            J.Identifier word =
                    new J.Identifier(Tree.randomId(), Space.EMPTY, Markers.EMPTY, List.of(), "class", null, null);
            return new J.FieldAccess(
                    Tree.randomId(),
                    Space.EMPTY,
                    Markers.EMPTY,
                    type,
                    JLeftPadded.build(word),
                    JavaType.ShallowClass.build("java.lang.Class"));
        }

        private boolean isSaidToConf() {
            return getCursor().getParentTreeCursor().getValue() instanceof J.MethodInvocation call
                    && Spark.on(call, Spark.CONF);
        }

        @Override
        public J visitLiteral(J.Literal literal, ExecutionContext context) {
            if (literal.getValue() instanceof String key && Keys.isTheirs(key)) {
                String ours = Keys.ours(key);
                if (ours != null) {
                    if (!isSaidToConf()) {
                        note("where files that are no property files have this key, they must have its new name too");
                    }
                    return literal.withValue(ours).withValueSource('"' + ours + '"');
                }
                String noEffect = Keys.noEffect(key);
                if (noEffect == null) {
                    todo(Keys.refusal(key));
                } else {
                    note(noEffect);
                }
            }
            return super.visitLiteral(literal, context);
        }
    }
}
