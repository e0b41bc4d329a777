using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;

namespace RuleCorpus;

/// <summary>The assemblies of .NET that run now, and others to compile against.</summary>
internal static class PlatformFiles
{
    public static string Folder { get; } = RuntimeEnvironment.GetRuntimeDirectory();

    /// <summary>References to all assemblies of some folders, the first of a name, but for those that are left out.</summary>
    public static IReadOnlyList<MetadataReference> References(IEnumerable<string> folders, string? leftOut = null)
    {
        var references = new Dictionary<string, MetadataReference>(StringComparer.OrdinalIgnoreCase);
        foreach (string file in folders.SelectMany(static folder => Directory.GetFiles(folder, "*.dll")))
        {
            string name = Path.GetFileName(file);
            if (name != leftOut && !references.ContainsKey(name) && IsManaged(file))
                references.Add(name, MetadataReference.CreateFromFile(file));
        }

        return [.. references.Values];
    }

    /// <summary>The assembly that runs in place of a reference assembly of .NET.</summary>
    public static string WithCode(string reference)
    {
        string running = Path.Combine(Folder, Path.GetFileName(reference));
        return IsOfReferencePack(reference) && File.Exists(running) ? running : reference;
    }

    /// <summary>Reference assemblies hide the core library, which their code is in.</summary>
    public static IEnumerable<string> CoreOf(Compilation compilation)
        => compilation.References.OfType<PortableExecutableReference>().Any(static reference => IsOfReferencePack(reference.FilePath!)) ? [typeof(object).Assembly.Location] : [];

    private static bool IsOfReferencePack(string path) => path.Contains("Microsoft.NETCore.App.Ref", StringComparison.Ordinal);

    private static bool IsManaged(string file)
    {
        using var image = new System.Reflection.PortableExecutable.PEReader(File.OpenRead(file));
        return image.HasMetadata;
    }
}
