using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection.Metadata;

namespace KernelMem.Effects.Tasks;

/// <summary>An assembly with code.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Mvid">Which build it is.</param>
internal sealed record ReferenceCode(string Path, Guid Mvid)
{
    /// <summary>The code of assemblies: theirs, or where they are reference assemblies that of a file of the same name.</summary>
    public static IEnumerable<ReferenceCode> Find(IEnumerable<string> assemblies, IEnumerable<string> implementations)
    {
        ILookup<string, string> others = implementations.ToLookup(NameOf, StringComparer.OrdinalIgnoreCase);
        return assemblies
            .DistinctBy(NameOf, StringComparer.OrdinalIgnoreCase)
            .Select(assembly => others[NameOf(assembly)].Prepend(assembly).Select(Read).FirstOrDefault(static code => code is not null))
            .OfType<ReferenceCode>()
            .OrderBy(static code => code.Path, StringComparer.Ordinal);
    }

    private static string NameOf(string path) => System.IO.Path.GetFileName(path);

    private static ReferenceCode? Read(string path)
        => AssemblyFile.Read(path, metadata => metadata.IsAssembly && !IsReferenceAssembly(metadata) ? new ReferenceCode(path, metadata.GetGuid(metadata.GetModuleDefinition().Mvid)) : null);

    private static bool IsReferenceAssembly(MetadataReader metadata)
        => metadata.GetAssemblyDefinition().GetCustomAttributes().Any(handle => NameOf(metadata, metadata.GetCustomAttribute(handle)) == "ReferenceAssemblyAttribute");

    private static string NameOf(MetadataReader metadata, CustomAttribute mark)
        => mark.Constructor.Kind == HandleKind.MemberReference
            && metadata.GetMemberReference((MemberReferenceHandle)mark.Constructor).Parent is { Kind: HandleKind.TypeReference } type
                ? metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)type).Name)
                : "";
}
