// The tests that are written on the harness may run in parallel; so do these.
[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]
