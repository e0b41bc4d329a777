using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;

namespace KernelMem.RoslynTesting;

/// <summary>The assemblies of .NET on the machine that runs the tests. Each is read once: that takes longer than most tests.</summary>
public static class PlatformReferences
{
    private static readonly ConcurrentDictionary<string, MetadataReference> s_byPath = new(StringComparer.Ordinal);

    /// <summary>.NET 10: its reference pack, or where that is not installed the assemblies that run now.</summary>
    public static ImmutableArray<MetadataReference> Net100 { get; } = [.. (FindReferencePack() ?? FindImplementation()).Select(FromFile)];

    public static MetadataReference FromFile(string path) => s_byPath.GetOrAdd(path, static path => MetadataReference.CreateFromFile(path));

    /// <summary>The pack beside the running runtime: dotnet/shared/NAME/VERSION and dotnet/packs/NAME.Ref/VERSION/ref/TFM.</summary>
    private static string[]? FindReferencePack()
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        string packs = Path.Combine(runtime.Parent!.Parent!.Parent!.FullName, "packs", "Microsoft.NETCore.App.Ref");
        if (!Directory.Exists(packs))
            return null;

        return new DirectoryInfo(packs)
            .GetDirectories("10.*")
            .OrderByDescending(pack => Version.TryParse(pack.Name, out Version? version) ? version : new Version())
            .Select(pack => Path.Combine(pack.FullName, "ref", "net10.0"))
            .Where(Directory.Exists)
            .Select(folder => Directory.GetFiles(folder, "*.dll"))
            .FirstOrDefault();
    }

    private static string[] FindImplementation()
    {
        string framework = RuntimeEnvironment.GetRuntimeDirectory();
        string assemblies = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return [.. assemblies.Split(Path.PathSeparator).Where(path => path.StartsWith(framework, StringComparison.Ordinal))];
    }
}
