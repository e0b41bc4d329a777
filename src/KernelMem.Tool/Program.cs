using System.CommandLine;

namespace KernelMem.Tool;

/// <summary>The <c>kernelmem</c> command.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => Run(arguments, new InvocationConfiguration());

    /// <summary>Runs a command line; the exit status. A line that cannot be understood is explained, with status 1.</summary>
    public static int Run(string[] arguments, InvocationConfiguration configuration)
    {
        RootCommand root = new("Shows what KernelMem decides before a kernel runs.");
        root.Subcommands.Add(LayoutCommand.Create());
        return root.Parse(arguments).Invoke(configuration);
    }
}
