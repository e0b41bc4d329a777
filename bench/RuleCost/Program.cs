using System.IO;
using System.Threading.Tasks;

namespace RuleCost;

/// <summary>Measures what the rules cost: in the build of a solution, and while typing.</summary>
internal static class Program
{
    private static async Task Main(string[] arguments)
    {
        var options = Options.Parse(arguments);
        if (options.Live)
            await Edits.RunAsync();
        if (options.Passes)
            await Passes.RunAsync();
        if (!options.Build)
            return;

        string folder = options.KeepFolder ?? Directory.CreateTempSubdirectory("rulecost").FullName;
        try
        {
            BuildComparison.Run(folder, options);
        }
        finally
        {
            if (options.KeepFolder is null)
                Directory.Delete(folder, recursive: true);
        }
    }
}
