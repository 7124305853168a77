import Foundation
import PackagePlugin

/// Makes one Swift file of a target's folder `Data`, so that the executable needs no files beside
/// it. String literals, since SwiftPM's `.embedInCode` makes an array literal of every byte, which
/// takes the compiler minutes.
@main
struct EmbedFiles: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let sources = target.sourceModule?.directoryURL else { return [] }
        let folder = sources.appending(path: "Data")
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        return [
            .buildCommand(
                displayName: "Embedding the files of \(target.name)",
                executable: try context.tool(named: "embed-files").url,
                arguments: [
                    folder.path(percentEncoded: false), output.path(percentEncoded: false),
                ],
                inputFiles: files.sorted { $0.path() < $1.path() },
                outputFiles: [output])
        ]
    }
}
