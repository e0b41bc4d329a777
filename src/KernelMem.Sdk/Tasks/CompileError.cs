namespace KernelMem.Sdk.Tasks;

/// <summary>A method whose body ILC replaced by a throw, because what it needs does not exist in a kernel.</summary>
/// <param name="File">The source file, if ILC gave one.</param>
/// <param name="Line">The line in it, or 0.</param>
/// <param name="Message">What ILC says: the method, and what is missing.</param>
public sealed record CompileError(string? File, int Line, string Message);
