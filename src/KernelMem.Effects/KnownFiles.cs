using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using KernelMem.Analyzers.Effects;
using Mono.Cecil;

namespace KernelMem.Effects;

/// <summary>What effects files say of members that are not judged here.</summary>
internal sealed class KnownFiles(IReadOnlyList<EffectsFile> files)
{
    private static readonly Lazy<EffectsFile> s_platform = new(ReadPlatform);

    /// <summary>The file for .NET 10.</summary>
    public static EffectsFile Platform => s_platform.Value;

    public MemberEffects? Find(MethodDefinition member)
    {
        string type = DocumentationIds.TypeName(member.DeclaringType);
        string name = DocumentationIds.MemberName(member);
        foreach (EffectsFile file in files)
        {
            if (file.TryGet(member.Module.Assembly.Name.Name, type, name, out MemberEffects effects))
                return effects;
        }

        return null;
    }

    private static EffectsFile ReadPlatform()
    {
        using Stream resource = typeof(KnownFiles).Assembly.GetManifestResourceStream("Platform.kmeffects.gz");
        using GZipStream text = new(resource, CompressionMode.Decompress);
        using StreamReader reader = new(text);
        return EffectsFile.Parse(reader.ReadToEnd());
    }
}
