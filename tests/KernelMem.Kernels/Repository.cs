using System;
using System.IO;

namespace KernelMem.Kernels;

/// <summary>Where the project lies, seen from a running test.</summary>
public static class Repository
{
    /// <summary>The folder of KernelMem.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The configuration the tests were built in: Release or Debug.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The path of a file of the project.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KernelMem.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
