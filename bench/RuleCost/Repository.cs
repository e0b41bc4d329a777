using System;
using System.IO;

namespace RuleCost;

/// <summary>Where things are: the program runs inside the repository.</summary>
internal static class Repository
{
    private static readonly DirectoryInfo s_output = new(AppContext.BaseDirectory);

    public static string Root { get; } = Find();

    /// <summary>The folder of the rules' build files.</summary>
    public static string Rules => Path.Combine(Root, "src", "KernelMem.Analyzers", "build") + Path.DirectorySeparatorChar;

    /// <summary>Where a project is built, in the configuration that this program is built in.</summary>
    public static string Output(string project, string framework)
        => Path.Combine(Root, "src", project, "bin", s_output.Parent!.Name, framework) + Path.DirectorySeparatorChar;

    private static string Find()
    {
        for (DirectoryInfo? folder = s_output; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KernelMem.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The program does not run inside the repository.");
    }
}
