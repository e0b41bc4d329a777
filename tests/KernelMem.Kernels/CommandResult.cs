namespace KernelMem.Kernels;

/// <summary>What a program said and how it ended.</summary>
/// <param name="ExitCode">Its exit status.</param>
/// <param name="Output">Its standard output and error streams, one after the other.</param>
public sealed record CommandResult(int ExitCode, string Output);
