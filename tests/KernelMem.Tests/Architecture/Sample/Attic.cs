namespace KernelMem.Tests.Architecture.Sample.Attic;

/// <summary>Lives where the plan has no floor.</summary>
public sealed class Stranger;
