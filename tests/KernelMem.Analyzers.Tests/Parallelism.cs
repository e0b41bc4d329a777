// Each test compiles for itself.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]
