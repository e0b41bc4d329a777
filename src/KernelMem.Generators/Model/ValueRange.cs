namespace KernelMem.Generators.Model;

/// <summary>The numbers <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
internal readonly record struct ValueRange(ulong First, ulong Last);
