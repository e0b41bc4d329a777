namespace KernelMem.Sdk.Tasks;

/// <summary>The symbols that the native objects call and a project's own code must define.</summary>
public static class EntryPoints
{
    /// <summary>What to write to define a symbol, or null if it is no entry point.</summary>
    public static string? Explain(string symbol) => symbol switch
    {
        "kernel_main" => """The kernel has no entry point. Write: [UnmanagedCallersOnly(EntryPoint = "kernel_main")] private static void Main(BootProtocol protocol, ulong information).""",
        "program_main" => """The program has no entry point. Write: [UnmanagedCallersOnly(EntryPoint = "program_main")] private static unsafe int Main(int argumentCount, byte** arguments).""",
        _ => null,
    };
}
